#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/engine/outcome.hpp"

namespace gatepost::engine {

/// One journal record: kind ('I' or 'R'), 4 bytes of length (little-endian), payload, CRC-32 of all before it.
std::string encode_intent(std::uint64_t ticket);
std::string encode_result(const Outcome& outcome);

struct JournalRecord {
  std::uint64_t ticket = 0;
  std::optional<Outcome> result;  ///< nullopt: an INTENT
};

/// Takes one record off the front of `bytes`; nullopt at the end, or where the rest is torn, damaged or no record.
std::optional<JournalRecord> decode_record(std::string_view& bytes);

/// Whether `bytes`, which begin with no whole record, are the beginning of one: what a writer leaves that is killed.
bool is_torn(std::string_view bytes);

/// `bytes` from the first INTENT behind their first byte on; empty where there is none. Behind damage that is where
/// reading goes on, as every letter has an INTENT and all of these have one length.
std::string_view from_next_intent(std::string_view bytes);

}  // namespace gatepost::engine
