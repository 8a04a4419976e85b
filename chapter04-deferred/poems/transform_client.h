#pragma once

#include <string>

#include "common/address.h"
#include "deferred/deferred.h"
#include "reactor/reactor.h"

namespace poetry {

// Has a poem transformed by a transform server. `transform` is what to do, such as "cummingsify".
// Fails with a ConnectError, or, if the server does not know the transform or breaks off, with a
// ConnectionDone or ConnectionLost.
Deferred<std::string> transformPoem(ReactorTCP& reactor, const Address& server,
                                    const std::string& transform, const std::string& poem);

}  // namespace poetry
