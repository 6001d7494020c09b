#pragma once
#include <string>

#include "gatepost/mime/compose/compose.hpp"

namespace gatepost::mime {

/// The one implementation of Part: header and body as they stand in every letter that has it.
class EncodedPart final : public Part {
 public:
  EncodedPart(std::string name, std::string header, std::string body)
      : name_(std::move(name)), header_(std::move(header)), body_(std::move(body)) {}

  const std::string& name() const override { return name_; }
  std::size_t encoded_size() const override { return header_.size() + 2 + body_.size(); }

  void append_to(std::string& out) const {
    out += header_;
    out += "\r\n";
    out += body_;
  }

 private:
  std::string name_;
  std::string header_;
  std::string body_;
};

}  // namespace gatepost::mime
