#pragma once
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/sink/situation.hpp"

namespace gatepost::sink {

/// What a gate knows of its users: numbers, such as a balance, and lists, such as domains that were verified. Rules
/// look at them and change them. Bounded; not safe from several threads.
class GateState {
 public:
  using Numbers = std::map<std::string, double, std::less<>>;
  using Lists = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

  double number(std::string_view name) const;  ///< 0 where nobody set it
  bool has_number(std::string_view name) const { return numbers_.contains(name); }
  void set_number(const std::string& name, double value) { numbers_[name] = value; }
  const Numbers& numbers() const { return numbers_; }

  bool is_listed(std::string_view list, std::string_view value) const;
  /// Does nothing once a list is full.
  void enlist(const std::string& list, std::string value);
  void set_list(const std::string& list, const std::vector<std::string>& values);
  const Lists& lists() const { return lists_; }

 private:
  static constexpr std::size_t most_values = 100'000;  // of a list

  Numbers numbers_;
  Lists lists_;
};

}  // namespace gatepost::sink
