#include "gatepost/engine/journal_codec.hpp"

#include <bit>
#include <boost/crc.hpp>
#include <cstring>
#include <type_traits>

namespace gatepost::engine {

static_assert(std::endian::native == std::endian::little, "the journal is read on the kind of machine that wrote it");

namespace {

/// Writes fields one after another; `Reader` takes them off in the same order, by the same `fields` below.
class Writer {
 public:
  static constexpr bool reading = false;

  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(const T& value) { bytes.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void operator()(const std::string& text) {
    (*this)(static_cast<std::uint32_t>(text.size()));
    bytes += text;
  }

  std::string bytes;
};

class Reader {
 public:
  static constexpr bool reading = true;
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(T& value) {
    if (const auto taken = take(sizeof value); taken.size() == sizeof value)
      std::memcpy(&value, taken.data(), sizeof value);
  }
  void operator()(bool& value) {
    std::uint8_t byte = 0;
    (*this)(byte);
    value = byte != 0;
  }
  void operator()(std::string& text) {
    std::uint32_t size = 0;
    (*this)(size);
    text = take(size);
  }
  bool complete() const { return good_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      good_ = false;
      size = 0;
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest_;
  bool good_ = true;
};

/// Whether `value` is there; reading, it is made.
template <class Codec, class Optional>
bool present(Codec& codec, Optional& value) {
  bool there = value.has_value();
  codec(there);
  if constexpr (Codec::reading) {
    if (there) value.emplace();
  }
  return there;
}

template <class Codec, class Enhanced>
void optional_code(Codec& codec, Enhanced& enhanced) {
  if (!present(codec, enhanced)) return;
  codec(enhanced->klass);
  codec(enhanced->subject);
  codec(enhanced->detail);
}

template <class Codec, class Failure>
void fields_of_failure(Codec& codec, Failure& f) {
  codec(f.phase);
  codec(f.code);
  optional_code(codec, f.enhanced);
  codec(f.server_text);
  codec(f.message);
  codec(f.category);
  codec(f.permanence);
  codec(f.scope);
  codec(f.retry);
  codec(f.retry_after_seconds);
  codec(f.retry_after_named);
  codec(f.suppress);
  codec(f.pause);
  codec(f.maybe_delivered);
  codec(f.timed_out);
  codec(f.system_error);
  codec(f.provider);
  codec(f.rule_id);
  codec(f.evidence);
}

template <class Codec, class Container, class Each>
void sequence(Codec& codec, Container& items, Each each) {
  auto count = static_cast<std::uint32_t>(items.size());
  codec(count);
  if constexpr (Codec::reading) {
    // Grown one by one: a torn count must not allocate by its own say.
    for (std::uint32_t i = 0; i < count && i < 100'000; ++i) each(codec, items.emplace_back());
  } else {
    for (auto& item : items) each(codec, item);
  }
}

template <class Codec, class Reply>
void fields_of_reply(Codec& codec, Reply& reply) {
  codec(reply.code);
  optional_code(codec, reply.enhanced);
  sequence(codec, reply.lines, [](auto& c, auto& item) { c(item); });
}

template <class Codec, class Recipient>
void fields_of_recipient(Codec& codec, Recipient& recipient) {
  codec(recipient.address);
  codec(recipient.accepted);
  if (present(codec, recipient.failure)) fields_of_failure(codec, *recipient.failure);
  if (present(codec, recipient.reply)) fields_of_reply(codec, *recipient.reply);
  codec(recipient.queue_id);
}

template <class Codec, class Time>
void time_point(Codec& codec, Time& time) {
  auto ticks = time.time_since_epoch().count();
  codec(ticks);
  if constexpr (Codec::reading) time = TimePoint(Duration(ticks));
}

template <class Codec, class SomeOutcome>
void fields_of_outcome(Codec& codec, SomeOutcome& outcome) {
  codec(outcome.ticket);
  codec(outcome.lane);
  sequence(codec, outcome.letter.recipients, [](auto& c, auto& item) { fields_of_recipient(c, item); });
  fields_of_reply(codec, outcome.letter.final_reply);
  codec(outcome.letter.queue_id);
  codec(outcome.letter.untouched);
  codec(outcome.message_id);
  time_point(codec, outcome.started);
  time_point(codec, outcome.ended);
  codec(outcome.bytes);
}

constexpr std::size_t head = 1 + sizeof(std::uint32_t);
constexpr std::size_t tail = sizeof(std::uint32_t);
constexpr std::size_t intent_payload = sizeof(std::uint64_t);

/// That a record says of itself; `bytes` have its head.
std::uint32_t payload_size(std::string_view bytes) {
  std::uint32_t size = 0;
  std::memcpy(&size, bytes.data() + 1, sizeof size);
  return size;
}

std::uint32_t checksum(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

std::string framed(char kind, const std::string& payload) {
  Writer frame;
  frame(kind);
  frame(payload);  // a string is its length and its bytes: just the frame
  frame(checksum(frame.bytes));
  return std::move(frame.bytes);
}

}  // namespace

std::string encode_intent(std::uint64_t ticket) {
  Writer writer;
  writer(ticket);
  return framed('I', writer.bytes);
}

std::string encode_result(const Outcome& outcome) {
  Writer writer;
  fields_of_outcome(writer, outcome);
  return framed('R', writer.bytes);
}

std::optional<JournalRecord> decode_record(std::string_view& bytes) {
  if (bytes.size() < head + tail) return std::nullopt;
  const auto size = payload_size(bytes);
  if (bytes.size() - head - tail < size) return std::nullopt;
  std::uint32_t sum = 0;
  std::memcpy(&sum, bytes.data() + head + size, sizeof sum);
  // Also what keeps a damaged file from becoming an enumerator that does not exist.
  if (sum != checksum(bytes.substr(0, head + size))) return std::nullopt;
  Reader reader(bytes.substr(head, size));
  JournalRecord record;
  if (bytes[0] == 'I') {
    reader(record.ticket);
  } else if (bytes[0] == 'R') {
    fields_of_outcome(reader, record.result.emplace());
    record.ticket = record.result->ticket;
  } else {
    return std::nullopt;
  }
  if (!reader.complete()) return std::nullopt;
  bytes.remove_prefix(head + size + tail);
  return record;
}

bool is_torn(std::string_view bytes) {
  if (bytes[0] != 'I' && bytes[0] != 'R') return false;
  if (bytes.size() < head) return true;
  const std::size_t size = payload_size(bytes);
  if (bytes[0] == 'I' && size != intent_payload) return false;
  return bytes.size() < head + size + tail;
}

std::string_view from_next_intent(std::string_view bytes) {
  for (auto at = bytes.find('I', 1); at != std::string_view::npos; at = bytes.find('I', at + 1)) {
    auto candidate = bytes.substr(at);
    if (candidate.size() < head + intent_payload + tail) break;
    if (payload_size(candidate) == intent_payload && decode_record(candidate)) return bytes.substr(at);
  }
  return {};
}

}  // namespace gatepost::engine
