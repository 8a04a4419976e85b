#include "reactor/look_ups.h"

#include <utility>
#include <variant>

namespace poetry {

Resolver::Answer LookUps::add(Resolved resolved, NotResolved notResolved) {
  const std::uint64_t number = ++last_;
  underWay_->emplace(number, LookUp{std::move(resolved), std::move(notResolved)});
  return [number, weak = std::weak_ptr(underWay_)](const Resolver::Found& found) {
    const auto underWay = weak.lock();
    if (!underWay) return;
    const auto lookUp = underWay->extract(number);  // taken out before it is told
    if (const auto* endpoints = std::get_if<std::vector<Endpoint>>(&found)) {
      lookUp.mapped().resolved(*endpoints);
    } else {
      lookUp.mapped().notResolved(std::get<Failure>(found));
    }
  };
}

void LookUps::end(const std::function<void(const NotResolved&)>& tell) {
  const auto ended = std::exchange(underWay_, std::make_shared<Table>());
  for (const auto& [number, lookUp] : *ended) tell(lookUp.notResolved);
}

}  // namespace poetry
