# Sends the letter on stdin through Net::SMTP:
# send.pl HOST PORT none|starttls|implicit CA-FILE MECHANISM|- USER PASSWORD FROM TO...
use strict;
use warnings;
use Net::SMTP;
use Authen::SASL qw(Perl);

my ($host, $port, $tls, $authority, $mechanism, $user, $password, $from, @to) = @ARGV;
binmode STDIN;
my $letter = do { local $/; <STDIN> };
my @trust = (SSL_ca_file => $authority, SSL_verifycn_name => $host);
my $client = Net::SMTP->new($host, Port => $port, Timeout => 20, SSL => $tls eq 'implicit', @trust)
  or die "no connection: $@\n";

sub must { my ($done, $what) = @_; $done or die "$what: " . $client->code . ' ' . $client->message . "\n" }

must($client->starttls(@trust), 'STARTTLS') if $tls eq 'starttls';
if ($mechanism ne '-') {
    my $sasl = Authen::SASL->new(mechanism => $mechanism,
        callback => {user => $user, authname => $user, pass => $password});
    must($client->auth($sasl), 'AUTH');
}
must($client->mail($from, Bits => 8), 'MAIL');
must($client->to($_), 'RCPT') for @to;
must($client->data, 'DATA');
must($client->datasend($letter), 'the letter');
must($client->dataend, 'the end of the letter');
$client->quit;
