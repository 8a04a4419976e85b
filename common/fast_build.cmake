# What only speeds up a build. `make demo`, `make test` and .ci/run turn it on; off, which is the
# default, each file is compiled by itself and without precompiled headers.
option(LAB_FAST_BUILD "Build quickly: files compiled together, headers precompiled" OFF)

if(LAB_FAST_BUILD)
  # GCC looks for memory to free at every 128 MB, which takes long in a large file.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=500000>)
  include(CheckLinkerFlag)
  foreach(linker IN ITEMS mold lld gold)  # these take half of the usual linker's time, or less
    check_linker_flag(CXX -fuse-ld=${linker} LAB_LINKS_WITH_${linker})
    if(LAB_LINKS_WITH_${linker})
      add_link_options(-fuse-ld=${linker})
      break()
    endif()
  endforeach()
endif()

# lab_build_fast(TARGET HEADERS): compiles the target's files as one (a unity build), so what they
# define must differ by name, with the precompiled headers of the target HEADERS.
function(lab_build_fast target headers)
  if(LAB_FAST_BUILD)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
    target_precompile_headers(${target} REUSE_FROM ${headers})
  endif()
endfunction()
