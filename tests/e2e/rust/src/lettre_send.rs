//! Sends the letter on stdin through lettre, as often as told, over one pool:
//! lettre-send HOST PORT none|starttls|implicit CA-FILE MECHANISM|- USER PASSWORD TIMES FROM TO...

use lettre::address::{Address, Envelope};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{SmtpTransport, Transport};
use std::error::Error;
use std::io::Read;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (host, port, security, authority, mechanism, user, password, times, from, to) =
        match arguments.as_slice() {
            [a, b, c, d, e, f, g, h, i, rest @ ..] => (a, b, c, d, e, f, g, h, i, rest),
            _ => return Err("lettre-send: arguments are missing".into()),
        };
    let parameters = || -> Result<TlsParameters, Box<dyn Error>> {
        let certificate = Certificate::from_pem(&std::fs::read(authority)?)?;
        Ok(TlsParameters::builder(host.clone())
            .add_root_certificate(certificate)
            .build()?)
    };
    let tls = match security.as_str() {
        "starttls" => Tls::Required(parameters()?),
        "implicit" => Tls::Wrapper(parameters()?),
        _ => Tls::None,
    };
    let mut builder = SmtpTransport::builder_dangerous(host.as_str())
        .port(port.parse()?)
        .tls(tls);
    let chosen = match mechanism.as_str() {
        "PLAIN" => Some(Mechanism::Plain),
        "LOGIN" => Some(Mechanism::Login),
        "XOAUTH2" => Some(Mechanism::Xoauth2),
        _ => None,
    };
    if let Some(chosen) = chosen {
        builder = builder
            .credentials(Credentials::new(user.clone(), password.clone()))
            .authentication(vec![chosen]);
    }
    let transport = builder.build();
    let mut data = Vec::new();
    std::io::stdin().read_to_end(&mut data)?;
    let recipients = to
        .iter()
        .map(|address| address.parse::<Address>())
        .collect::<Result<Vec<_>, _>>()?;
    let envelope = Envelope::new(Some(from.parse()?), recipients)?;
    for _ in 0..times.parse()? {
        transport.send_raw(&envelope, &data)?;
    }
    Ok(())
}
