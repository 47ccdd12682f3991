# LibTorch's libraries take longer to load than all the rest of the window's start, so the window loads them
# after its first map (late_networks.h). Elsewhere than on x86-64 it links to them.
set(late OFF)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$" AND NOT CANTO_SANITIZE)
    set(late ON)
endif()
option(CANTO_LATE_NETWORKS "The window loads LibTorch after its first map" ${late})

if(CANTO_LATE_NETWORKS)
    file(WRITE ${CMAKE_BINARY_DIR}/empty_networks.cpp "")
    add_library(cantograph-networks MODULE ${CMAKE_BINARY_DIR}/empty_networks.cpp)
    set_target_properties(cantograph-networks PROPERTIES PREFIX "" LINKER_LANGUAGE CXX
        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
    target_link_libraries(cantograph-networks PRIVATE -Wl,--whole-archive $<TARGET_FILE:canto_models>
        -Wl,--no-whole-archive canto_models)
    add_dependencies(cantograph-networks canto_models)
    install(TARGETS cantograph-networks LIBRARY DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/cantograph COMPONENT program)
endif()

# Makes a program load the networks later. What it links to besides must not be canto_models.
function(canto_late_networks program)
    set(entries ${CMAKE_CURRENT_BINARY_DIR}/${program}_entries.cpp)
    set(make ${CMAKE_SOURCE_DIR}/app/networks/make_entries)
    set(own canto_models_base canto_datasets canto_evaluation canto_core canto_sound)
    set(callers canto_window canto_spaces canto_widgets)
    set(files)
    foreach(library ${own} -- ${callers})
        if(library STREQUAL "--")
            list(APPEND files --)
        else()
            list(APPEND files $<TARGET_FILE:${library}>)
        endif()
    endforeach()
    add_custom_command(OUTPUT ${entries} VERBATIM COMMENT "Entries for the networks of ${program}"
        COMMAND ${make} ${entries} ${CMAKE_NM} $<TARGET_FILE:canto_models> ${files}
        DEPENDS ${make} canto_models ${own} ${callers})
    target_sources(${program} PRIVATE ${entries} ${CMAKE_SOURCE_DIR}/app/networks/late_networks.cpp)
    # The library takes from the program what both have.
    set_target_properties(${program} PROPERTIES ENABLE_EXPORTS ON)
    target_link_libraries(${program} PRIVATE ${CMAKE_DL_LIBS})
    add_dependencies(${program} cantograph-networks)
endfunction()
