// SPDX-License-Identifier: GPL-3.0-or-later
// Folders and files whose names are not UTF-8, as old archives unpack: every command that writes
// JSON works with them or says what is wrong. The real program, started by a shell, since QProcess
// could not pass such names.

#include "tests/support/midi_folder.h"
#include "tests/support/test_support.h"

#include <QJsonDocument>
#include <QTemporaryDir>
#include <cstdlib>
#include <sys/wait.h>

using namespace canto;
namespace fs = std::filesystem;

namespace {

const std::string kName = "caf\xe9"; // Latin-1

std::string contentOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

class TestNamesNotUtf8 : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_root;

    /// Runs canto in m_root; the exit code, or 128 and the signal that ended it.
    int canto(const std::string& words) {
        const std::string command = "cd '" + m_root.string() + "' && '" CANTO_BIN_DIR "/canto' " +
                                    words + " > out.txt 2> err.txt";
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

  private Q_SLOTS:
    void initTestCase() {
        m_root = m_folder.path().toStdString();
        for (const std::string& folder : {kName, kName + "/J\xe1zz",
                                          kName + "/R\xf6"
                                                  "ck"}) {
            fs::create_directories(m_root / folder);
        }
        std::ofstream labels(m_root / kName / "labels.csv");
        labels << "path,title,genre,split\n";
        for (int i = 0; i < 8; ++i) {
            const std::string path = std::string(i % 2 == 0 ? "J\xe1zz"
                                                            : "R\xf6"
                                                              "ck") +
                                     "/s\xf6ng" + std::to_string(i) + ".mid";
            std::ofstream(m_root / kName / path, std::ios::binary)
                << test::songBytes(static_cast<std::uint64_t>(i), 6);
            labels << path << ",Song " << i << ",pop," << (i < 2 ? "valid" : "train") << "\n";
        }
    }

    // In this order: a command uses what those before it have made.
    void everyCommandThatWritesJsonWorks_data() {
        QTest::addColumn<QByteArray>("words");
        const auto add = [](const char* name, const std::string& words) {
            QTest::newRow(name) << QByteArray(words.c_str());
        };
        const std::string run = kName + "/run/best.safetensors";
        const std::string song = kName + "/J\xe1zz/s\xf6ng0.mid";
        add("info", "info " + song);
        add("prepare by labels",
            "prepare --labels " + kName + "/labels.csv --out " + kName + "/d.safetensors");
        add("prepare a folder", "prepare --midi " + kName + " --out " + kName + "/f.safetensors");
        add("prepare words",
            "prepare --space emotion --midi " + kName + " --out " + kName + "/w.safetensors");
        add("fine-tune --look", "fine-tune " + kName + " --look");
        add("train", "train --dataset " + kName + "/d.safetensors --out " + kName +
                         "/run --steps 2 --batch 4 --threads 1");
        add("train --resume", "train --resume " + kName + "/run --steps 3");
        add("evaluate", "evaluate --model " + run + " --dataset " + kName +
                            "/d.safetensors --split valid --card " + kName + "/card.safetensors");
        add("average-weights",
            "average-weights " + run + " " + run + " --out " + kName + "/mean.safetensors");
        add("encode", "encode " + song + " --model " + run);
        add("import", "import " + kName + " --atlas " + kName + "/a.atlas");
        add("project", "project " + kName + "/a.atlas --method pca");
    }
    void everyCommandThatWritesJsonWorks() {
        QFETCH(QByteArray, words);
        const int code = canto(words.toStdString());
        const auto err = contentOf(m_root / "err.txt");
        QVERIFY2(code == 0, err.c_str());
        QJsonParseError error;
        QJsonDocument::fromJson(QByteArray::fromStdString(contentOf(m_root / "out.txt")), &error);
        QCOMPARE(error.error, QJsonParseError::NoError);
    }
};

QTEST_GUILESS_MAIN(TestNamesNotUtf8)
#include "tst_names_not_utf8.moc"
