// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <functional>
#include <vector>

class QLabel;
class QPushButton;
class QToolButton;

namespace canto::widgets {

class ElidedLabel;

/// Shows what happened and what to do, without interrupting. The newest message is shown.
/// Information without a button disappears after 8 s; everything else stays. A message with a
/// button asks a question: another message only covers it, and it returns when that one is gone,
/// until it is answered or closed. floatOver() shows messages over a part of the window, so that
/// they never change the layout.
class MessageBar : public QWidget {
    Q_OBJECT

  public:
    /// Progress: an operation is running. Its end calls endProgress() or shows the result; its
    /// button (Cancel) is not a question.
    enum class Kind { Information, Progress, Warning, Error };
    Q_ENUM(Kind)
    /// What a message is about: leaveSpace() takes those away that are about a space.
    enum class Scope { Window, Space };

    explicit MessageBar(QWidget* parent = nullptr);

    Kind kind() const { return m_shown.kind; }
    QString text() const;

    /// @param hint    what to do; may be empty.
    /// @param action  text of a button; none when empty.
    /// @param run     called when the button is pressed; the bar closes.
    void show(Kind kind, const QString& text, const QString& hint = {}, const QString& action = {},
              std::function<void()> run = {}, Scope scope = Scope::Window);
    /// From now on shows messages over the lower edge of `area`, outside of its layout, as a child
    /// of its window. Follows the size of the area.
    void floatOver(QWidget* area);

  public Q_SLOTS:
    /// Closes the message that is shown, as its close button does.
    void dismiss();
    /// Takes a message of progress away; leaves any other.
    void endProgress();
    /// Another space is shown: takes away what is of Scope::Space.
    void leaveSpace();

  Q_SIGNALS:
    /// A message was closed, by the user, by its button or after its time.
    void dismissed(const QString& text);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    struct Message {
        Kind kind = Kind::Information;
        QString text, hint, action;
        std::function<void()> run;
        Scope scope = Scope::Window;

        bool asks() const { return kind != Kind::Progress && !action.isEmpty(); }
    };

    void setIcons();
    void place();
    void present(Message message);

    Message m_shown;
    std::vector<Message> m_covered; ///< questions that wait for an answer, the newest last
    QPointer<QWidget> m_area;       ///< null: in a layout
    QLabel* m_icon;
    ElidedLabel *m_text, *m_hint;
    QPushButton* m_action;
    QToolButton* m_close;
    QTimer m_timer;
};

} // namespace canto::widgets
