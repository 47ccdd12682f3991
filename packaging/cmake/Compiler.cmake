# Flags every target of ours gets through canto_flags; third-party headers come in as SYSTEM.
find_program(CANTO_CCACHE ccache)
if(CANTO_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_ctime,include_file_mtime
        CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CANTO_CCACHE})
endif()

add_library(canto_flags INTERFACE)
target_compile_options(canto_flags INTERFACE $<$<BOOL:${CANTO_UNITY}>:-Wno-subobject-linkage> -Wall -Wextra -Wshadow -Wnon-virtual-dtor
    -Woverloaded-virtual -Wno-missing-field-initializers -fstack-protector-strong)
target_compile_definitions(canto_flags INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(CANTO_WERROR)
    target_compile_options(canto_flags INTERFACE -Werror)
endif()
# The baseline are processors since 2009; the hottest loops are compiled for newer ones as well, and the
# program chooses when it runs (core/base/kernel.h, core/projection/kernels.h).
set(CANTO_LEVELS OFF)
if(CANTO_NATIVE)
    add_compile_options(-march=native)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    include(CheckCXXCompilerFlag)
    check_cxx_compiler_flag(-march=x86-64-v4 CANTO_HAS_LEVELS) # all levels came together
    if(CANTO_HAS_LEVELS)
        add_compile_options(-march=x86-64-v2)
        set(CANTO_LEVELS ON)
    endif()
endif()
if(CANTO_SANITIZE STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
        -fno-omit-frame-pointer -g1)
    add_link_options(-fsanitize=address,undefined)
    add_compile_definitions(CANTO_SANITIZED)
elseif(CANTO_SANITIZE STREQUAL "thread")
    add_compile_options(-fsanitize=thread -fno-omit-frame-pointer -g1)
    add_link_options(-fsanitize=thread)
    add_compile_definitions(CANTO_SANITIZED)
endif()
add_link_options(-Wl,-z,relro,-z,now)

# One library of several folders: canto_layer(core core/base core/midi ...) takes every .cpp and .h
# in them. With CANTO_UNITY, up to CANTO_UNITY_FILES files of a folder are compiled as one: the
# large headers are read and instantiated once for all of them.
function(canto_layer name)
    set(sources)
    foreach(folder ${ARGN})
        file(GLOB found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp
             ${CMAKE_SOURCE_DIR}/${folder}/*.h)
        list(APPEND sources ${found})
        string(MAKE_C_IDENTIFIER ${folder} group)
        set(number 0)
        foreach(source ${found})
            if(source MATCHES "[.]cpp$")
                math(EXPR part "${number} / ${CANTO_UNITY_FILES}")
                math(EXPR number "${number} + 1")
                set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group}_${part})
            endif()
        endforeach()
    endforeach()
    if(NOT sources)
        file(WRITE ${CMAKE_BINARY_DIR}/empty_${name}.cpp "")
        set(sources ${CMAKE_BINARY_DIR}/empty_${name}.cpp)
    endif()
    add_library(canto_${name} STATIC ${sources})
    set_target_properties(canto_${name} PROPERTIES LINKER_LANGUAGE CXX UNITY_BUILD ${CANTO_UNITY}
        UNITY_BUILD_MODE GROUP)
    target_link_libraries(canto_${name} PUBLIC canto_flags)
    target_include_directories(canto_${name} PUBLIC ${CMAKE_SOURCE_DIR})
endfunction()

# Files in which Eigen meets AVX-512: GCC 12 warns of a variable in its own header (GCC bug 105593).
# canto_quiet_avx512(core/audio/chroma.cpp ...), paths from the top of the tree.
function(canto_quiet_avx512)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        return()
    endif()
    foreach(source ${ARGN})
        set_source_files_properties(${CMAKE_SOURCE_DIR}/${source}
            PROPERTIES COMPILE_OPTIONS -Wno-maybe-uninitialized)
    endforeach()
endfunction()
