#pragma once
#include <exception>
#include <utility>

namespace gatepost::net {

/// Runs the work of a handler. What it throws (there is no memory, most likely) is given to `failed` in words, so that
/// what the handler was about ends by it and nothing else does.
template <class Work, class Failed>
void guarded(Work&& work, Failed&& failed) {
  try {
    std::forward<Work>(work)();
  } catch (const std::exception& error) {
    std::forward<Failed>(failed)(error.what());
  } catch (...) {
    std::forward<Failed>(failed)("unknown");
  }
}

}  // namespace gatepost::net
