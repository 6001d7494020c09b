#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/compose/compose.hpp"
#include "gatepost/mime/compose/token.hpp"

namespace gatepost::mime {

std::string make_message_id(std::string_view sender_address) {
  std::string_view domain = domain_of(sender_address);
  if (domain.empty() || !is_ascii(domain)) domain = "localhost";
  std::string id = random_token();
  id += '@';
  id += domain;
  return id;
}

}  // namespace gatepost::mime
