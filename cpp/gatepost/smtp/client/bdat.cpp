#include "gatepost/smtp/client/bdat.hpp"

#include <string>

namespace gatepost::smtp {

using codes::Phase;

namespace {
constexpr std::size_t chunk_bytes = 64 * 1024;
}

bool Bdat::write() {
  const auto left = record_.data().substr(at_);
  const bool last = left.size() <= chunk_bytes;
  if (pending_ > 0 && (last || !context_.pipelining())) return false;
  const auto chunk = left.substr(0, chunk_bytes);
  at_ += chunk.size();
  const auto line = "BDAT " + std::to_string(chunk.size()) + (last ? " LAST" : "");
  context_.log.client(line, transcript());
  context_.wire.staged().append(line).append("\r\n").append(chunk);
  if (last) return true;
  context_.wire.expect({.from = this, .phase = Phase::data});
  ++pending_;
  return false;
}

// A refused chunk ends the letter: what is on its way already is still answered, nothing more is sent.
Step Bdat::on_reply(const Expected& /*to*/) {
  const auto& reply = context_.reply;
  if (reply.code() >= 300 && !reply.refuses()) return Ending{reply.unexpected("not a valid reply to BDAT")};
  if (reply.refuses() && record_.alive > 0) {
    record_.refuse_all(reply.refusal(Phase::data));
    context_.wire.stop_body();
  }
  if (--pending_ > 0 || record_.alive > 0) return Progress::more;
  record_.done = true;
  return Progress::reset;
}

}  // namespace gatepost::smtp
