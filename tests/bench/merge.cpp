// Merging of ./dev bench mime: the letters of tests/bench/letters.py from one program, on one core.
//
//   merge 1k|10k [SECONDS]
//
// Writes {"letters_per_second": n, "bytes": of one letter, "cpu_seconds": s}; the rate is by processor time.
#include <fmt/core.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/mime/merge/merge.hpp"

namespace {

using namespace gatepost;
using mime::MergeText;

const std::string kFiller = "Мы сохраним его на складе, а курьер позвонит за час до приезда. ";
constexpr int kFillersOf10k = 30;

/// Columns: 0 name, 1 number.
std::shared_ptr<const mime::MergeProgram> program_of(std::string_view size) {
  if (size != "1k" && size != "10k") throw std::runtime_error("the size is 1k or 10k");
  std::string filler;
  for (int i = 0; size == "10k" && i < kFillersOf10k; ++i) filler += kFiller;
  const std::string ready = " собран и ждёт вас до конца недели. " + filler;
  mime::MergeProgram::Source source;
  source.shared.from = {"Отдел", "news@example.org"};
  source.subject = MergeText{{"", ", заказ ", " готов"}, {{0, false}, {1, false}}};
  source.text = MergeText{{"", "!\nВаш заказ ", ready + "\n"}, {{0, false}, {1, false}}};
  source.html = MergeText{{"<p>", "!</p><p>Ваш заказ ", ready + "</p>\n"}, {{0, true}, {1, true}}};
  source.columns = 2;
  auto program = mime::MergeProgram::make(std::move(source));
  if (!program) throw std::runtime_error(program.error().message());
  return *std::move(program);
}

struct Recipient {
  std::string address, name, number, message_id;
};

std::vector<Recipient> recipients(std::size_t count) {
  constexpr std::array names{"Анна", "Борис", "Вера", "Григорий", "Дарья"};
  std::vector<Recipient> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back({fmt::format("reader{}@example.test", i), names[i % names.size()], fmt::format("{:06}", i),
                   fmt::format("campaign.{}@example.org", i)});
  }
  return all;
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// The letter's size, so that no letter is made in vain.
std::size_t merge_one(const mime::MergeProgram& program, const Recipient& recipient) {
  const std::array<std::string_view, 2> values{recipient.name, recipient.number};
  const auto letter = program.render({recipient.address, recipient.name, recipient.message_id, "", values, {}},
                                     std::chrono::system_clock::now());
  if (!letter) throw std::runtime_error(letter.error().message());
  return letter->size();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw std::runtime_error("usage: merge 1k|10k [SECONDS]");
    const double patience = argc > 2 ? std::stod(argv[2]) : 1.0;
    const auto program = program_of(argv[1]);
    const auto list = recipients(10'000);
    std::size_t letters = 0;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < list.size() / 10; ++i) bytes = merge_one(*program, list[i]);  // warm
    const double begin = processor_seconds();
    double took = 0;
    for (; took < patience; took = processor_seconds() - begin) {
      for (const auto& recipient : list) bytes = merge_one(*program, recipient);
      letters += list.size();
    }
    fmt::print("{{\"letters_per_second\": {:.0f}, \"bytes\": {}, \"cpu_seconds\": {:.6f}}}\n",
               static_cast<double>(letters) / took, bytes, took);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    fmt::print(stderr, "merge: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
