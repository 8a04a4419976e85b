// boost::future, which has continuations, where std::future has none.

#include "deferred_chains.h"

#ifdef LAB_HAVE_BOOST
#define BOOST_THREAD_VERSION 4
#include <boost/thread/future.hpp>
#endif

namespace poetry {

#ifdef LAB_HAVE_BOOST

Chain boostFuture() {
  return {"`boost::future`, `then`", [](int times) {
            for (int i = 0; i < times; ++i) {
              boost::promise<int> promise;
              boost::future<int> last = promise.get_future();
              for (int link = 0; link < kLinks; ++link) {
                last = last.then(boost::launch::sync,
                                 [](boost::future<int> value) { return value.get() + 1; });
              }
              promise.set_value(i);
              consume(last.get());
            }
          }};
}

#else

Chain boostFuture() {
  return {"`boost::future`, `then`", {}, "libboost-thread-dev was not installed"};
}

#endif

}  // namespace poetry
