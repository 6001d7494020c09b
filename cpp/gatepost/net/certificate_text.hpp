#pragma once
#include <openssl/x509.h>

#include <string>

namespace gatepost::net {

/// "CN=mx.example.com,O=Example" (RFC 4514), controls escaped; cut after 1 KiB.
std::string name_text(const X509_NAME* name);
/// "2027-02-03T10:11:12Z"; empty where the time is not valid.
std::string time_text(const ASN1_TIME* time);
/// The host names and addresses that a certificate was made for, at most eight: "mx.example.com, 192.0.2.1".
std::string host_names(X509* certificate);

}  // namespace gatepost::net
