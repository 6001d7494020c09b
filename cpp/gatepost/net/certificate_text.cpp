#include "gatepost/net/certificate_text.hpp"

#include <fmt/chrono.h>
#include <openssl/bio.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <cstring>

#include "gatepost/crypto/openssl_ptr.hpp"

namespace gatepost::net {

namespace {

template <class Address>
std::string address_text(const ASN1_OCTET_STRING* octets) {
  typename Address::bytes_type bytes;
  std::memcpy(bytes.data(), ASN1_STRING_get0_data(octets), bytes.size());
  return Address(bytes).to_string();
}

std::string host_name(const GENERAL_NAME* name) {
  if (name->type == GEN_DNS) {
    const auto* text = ASN1_STRING_get0_data(name->d.dNSName);
    std::string dns;
    for (int k = 0; k < ASN1_STRING_length(name->d.dNSName); ++k) {
      dns += text[k] > ' ' && text[k] < 127 ? static_cast<char>(text[k]) : '?';
    }
    return dns;
  }
  if (name->type != GEN_IPADD) return {};
  switch (ASN1_STRING_length(name->d.iPAddress)) {
    case 4:
      return address_text<boost::asio::ip::address_v4>(name->d.iPAddress);
    case 16:
      return address_text<boost::asio::ip::address_v6>(name->d.iPAddress);
    default:
      return {};
  }
}

}  // namespace

std::string name_text(const X509_NAME* name) {
  const crypto::OpensslPtr<BIO, BIO_free_all> bio(BIO_new(BIO_s_mem()));
  if (!bio || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  std::string text(1024, '\0');
  const int size = BIO_read(bio.get(), text.data(), static_cast<int>(text.size()));
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

std::string time_text(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", parts) : std::string();
}

std::string host_names(X509* certificate) {
  const crypto::OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free> list(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string names;
  for (int i = 0; list && i < sk_GENERAL_NAME_num(list.get()) && i < 8; ++i) {
    const auto name = host_name(sk_GENERAL_NAME_value(list.get(), i));
    if (!name.empty()) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

}  // namespace gatepost::net
