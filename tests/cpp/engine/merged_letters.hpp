#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gatepost/dkim/signer.hpp"
#include "gatepost/dkim/verifier.hpp"
#include "gatepost/engine/job.hpp"

namespace gatepost::engine {

inline const crypto::SigningKey& key_of(crypto::KeyType type) {
  static const auto rsa = *crypto::SigningKey::generate(crypto::KeyType::rsa);
  static const auto ed25519 = *crypto::SigningKey::generate(crypto::KeyType::ed25519);
  return type == crypto::KeyType::rsa ? rsa : ed25519;
}

inline std::shared_ptr<const dkim::Signer> signer(crypto::KeyType type, std::string domain = "example.com",
                                                  dkim::Canonicalization body = dkim::Canonicalization::relaxed) {
  dkim::SignerOptions options;
  options.domain = std::move(domain);
  options.selector = type == crypto::KeyType::rsa ? "r" : "e";
  options.body = body;
  return *dkim::Signer::make(options, key_of(type));
}

/// The domains whose signatures pass, of all that there are.
inline std::vector<std::string> passing_domains(const std::string& letter, TimePoint at) {
  const auto lookup = [](const std::string& name) -> dkim::TxtAnswer {
    const auto type = name.starts_with("r.") ? crypto::KeyType::rsa : crypto::KeyType::ed25519;
    return {dkim::TxtAnswer::Status::found, {dkim::key_record_text(key_of(type))}};
  };
  std::vector<std::string> domains;
  for (const auto& result : dkim::verify(letter, lookup, at)) {
    EXPECT_EQ(result.status, dkim::Status::pass) << explain(result.reason);
    domains.push_back(result.domain);
  }
  return domains;
}

inline std::shared_ptr<const mime::MergeProgram> program(const std::string& from, bool same_body) {
  mime::MergeProgram::Source source;
  source.shared.from = {"Отдел", from};
  source.subject = {{"", ""}, {{0, false}}};
  source.text = same_body ? mime::MergeText{{"Привет,  мир\n\n"}, {}}
                          : mime::MergeText{{"Привет, ", " \n ждём вас в гости.\n\n"}, {{0, false}}};
  source.columns = 1;
  return *mime::MergeProgram::make(std::move(source));
}

inline std::shared_ptr<MergeBatch> batch_of(std::shared_ptr<const mime::MergeProgram> program, std::size_t rows) {
  auto batch = std::make_shared<MergeBatch>();
  batch->program = std::move(program);
  batch->columns.resize(1);
  for (std::size_t row = 0; row < rows; ++row) {
    batch->to_address.push_back("reader" + std::to_string(row) + "@example.net");
    batch->to_name.emplace_back("Анна");
    batch->message_id.emplace_back();
    batch->columns[0].push_back("гость " + std::to_string(row));
  }
  return batch;
}

inline Job merged(const std::shared_ptr<MergeBatch>& batch, std::size_t row) {
  return {row, "a@example.com", {batch->to_address[row]}, false, Merged{batch, row}};
}

}  // namespace gatepost::engine
