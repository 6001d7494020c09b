"""The tests of nodemailer's smtp-server, run against gatepost.Sink in the place of its SMTPServer."""
