//! An SMTP server made of mailin-embedded: mailin-serve [CERTIFICATE KEY [USER PASSWORD]], PEM files.
//! Says its port, then a line of JSON for each letter.

use base64::{engine::general_purpose::STANDARD, Engine};
use mailin_embedded::{response, AuthMechanism, Handler, Response, Server, SslConfig};
use std::io::{self, Write};
use std::net::{IpAddr, TcpListener};

#[derive(Clone, Default)]
struct Keeper {
    login: Option<(String, String)>,
    user: String,
    from: String,
    options: Vec<&'static str>,
    to: Vec<String>,
    data: Vec<u8>,
}

impl Keeper {
    fn check(&mut self, user: &str, password: &str) -> Response {
        match &self.login {
            Some((login, secret)) if login == user && secret == password => {
                self.user = user.to_owned();
                response::AUTH_OK
            }
            _ => response::INVALID_CREDENTIALS,
        }
    }
}

impl Handler for Keeper {
    fn mail(&mut self, _: IpAddr, _: &str, _: &str) -> Response {
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        if to.starts_with("nobody") {
            return response::NO_MAILBOX;
        }
        response::OK
    }

    fn data_start(&mut self, _: &str, from: &str, is8bit: bool, to: &[String]) -> Response {
        self.from = from.to_owned();
        self.options = if is8bit {
            vec!["BODY=8BITMIME"]
        } else {
            vec![]
        };
        self.to = to.to_vec();
        self.data.clear();
        response::OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.data.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        // What stands in these strings has passed an SMTP parser: {:?} writes it as JSON does.
        let line = format!(
            "{{\"from\": {:?}, \"options\": {:?}, \"to\": {:?}, \"user\": {:?}, \"data\": \"{}\"}}\n",
            self.from,
            self.options,
            self.to,
            self.user,
            STANDARD.encode(&self.data)
        );
        let mut output = io::stdout().lock();
        match output
            .write_all(line.as_bytes())
            .and_then(|()| output.flush())
        {
            Ok(()) => response::OK,
            Err(_) => response::INTERNAL_ERROR,
        }
    }

    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        self.check(user, password)
    }

    fn auth_login(&mut self, user: &str, password: &str) -> Response {
        self.check(user, password)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut keeper = Keeper::default();
    if let [_, _, user, password] = arguments.as_slice() {
        keeper.login = Some((user.clone(), password.clone()));
    }
    let with_login = keeper.login.is_some();
    let mut server = Server::new(keeper);
    server.with_name("rust.test").with_num_threads(8);
    if let [certificate, key, ..] = arguments.as_slice() {
        server.with_ssl(SslConfig::SelfSigned {
            cert_path: certificate.clone(),
            key_path: key.clone(),
        })?;
    }
    if with_login {
        server
            .with_auth(AuthMechanism::Plain)
            .with_auth(AuthMechanism::Login);
    }
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    server.with_tcp_listener(listener);
    server.serve()?;
    Ok(())
}
