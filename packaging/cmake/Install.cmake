# What `cmake --install` puts where. Components: program (the window), command-line (canto), data
# (weights and libraries) and emotion-data (those under CC BY-NC-SA). Everything is found relative to
# the programs, so that an installation can be moved (app/library/model_store.h, assetFolders).
include(GNUInstallDirs)
set(data ${CMAKE_INSTALL_DATADIR}/cantograph)

if(TARGET canto)
    install(TARGETS canto RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT command-line)
    install(TARGETS canto-networks RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/cantograph
            COMPONENT command-line)
endif()

if(TARGET cantograph)
    install(TARGETS cantograph RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
    install(TARGETS cantograph-tour RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/cantograph COMPONENT program)
    install(DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/translations DESTINATION ${data} COMPONENT program OPTIONAL
            FILES_MATCHING PATTERN "*.qm")
    set(desktop ${CMAKE_SOURCE_DIR}/packaging/desktop)
    set(id org.cantograph.Cantograph)
    configure_file(${desktop}/${id}.metainfo.xml.in ${CMAKE_BINARY_DIR}/${id}.metainfo.xml @ONLY)
    install(FILES ${desktop}/${id}.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT program)
    install(FILES ${CMAKE_BINARY_DIR}/${id}.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo COMPONENT program)
    install(FILES ${desktop}/${id}.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages COMPONENT program)
    set(icons ${CMAKE_INSTALL_DATADIR}/icons/hicolor)
    install(FILES ${desktop}/${id}.svg DESTINATION ${icons}/scalable/apps COMPONENT program)
    install(FILES ${desktop}/application-x-cantograph-project.svg ${desktop}/application-x-cantograph-library.svg
            DESTINATION ${icons}/scalable/mimetypes COMPONENT program)
    foreach(size 16 32 48 128 256)
        install(FILES ${desktop}/${size}/${id}.png DESTINATION ${icons}/${size}x${size}/apps COMPONENT program)
    endforeach()
endif()

if(CANTO_MODELS)
    # The Emotion space's files come from data that are not free for every use: a component of its own.
    set(emotion atlas/emotion.atlas classifiers/emotion.safetensors models/muser.safetensors)
    set(assets ${CMAKE_SOURCE_DIR}/assets)
    file(GLOB_RECURSE files RELATIVE ${assets} CONFIGURE_DEPENDS ${assets}/*.atlas ${assets}/*.safetensors)
    foreach(file ${files} README.md)
        get_filename_component(folder ${file} DIRECTORY)
        set(component data)
        if(file IN_LIST emotion)
            set(component emotion-data)
        endif()
        install(FILES ${assets}/${file} DESTINATION ${data}/${folder} COMPONENT ${component})
    endforeach()
endif()
