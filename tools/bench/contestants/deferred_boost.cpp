// boost::future, which has continuations, where std::future has none.

#define BOOST_THREAD_VERSION 4
#include <boost/thread/future.hpp>

namespace poetry {

int boostFutures(int value, int links) {
  boost::promise<int> promise;
  boost::future<int> last = promise.get_future();
  for (int i = 0; i < links; ++i) {
    last = last.then(boost::launch::sync, [](boost::future<int> given) { return given.get() + 1; });
  }
  promise.set_value(value);
  return last.get();
}

}  // namespace poetry
