#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace canto::widgets {

class ElidedLabel;

/// Says what happened and what to do, without stopping anyone. The newest message wins; information
/// goes by itself after 8 s, warnings and errors stay. floatOver() shows messages over a part of
/// the window, so that none of them changes the layout.
class MessageBar : public QWidget {
    Q_OBJECT

  public:
    enum class Kind { Information, Warning, Error };
    Q_ENUM(Kind)
    /// What a message is about: leaveSpace() takes those away that are about a space.
    enum class Scope { Window, Space };

    explicit MessageBar(QWidget* parent = nullptr);

    Kind kind() const { return m_kind; }
    QString text() const;

    /// @param hint    what to do; may be empty.
    /// @param action  text of a button; none when empty.
    /// @param run     called when the button is pressed; the bar closes.
    void show(Kind kind, const QString& text, const QString& hint = {}, const QString& action = {},
              std::function<void()> run = {}, Scope scope = Scope::Window);
    /// Shows messages at the lower edge of `area` from now on, over what is there and outside of
    /// its layout, as a child of its window. Follows the area's size.
    void floatOver(QWidget* area);

  public Q_SLOTS:
    void dismiss();
    /// Another space is shown: dismisses a message of Scope::Space.
    void leaveSpace();

  Q_SIGNALS:
    void dismissed();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void setIcons();
    void place();

    Kind m_kind = Kind::Information;
    Scope m_scope = Scope::Window;
    QPointer<QWidget> m_area; ///< null: in a layout
    QLabel* m_icon;
    ElidedLabel *m_text, *m_hint;
    QPushButton* m_action;
    QToolButton* m_close;
    std::function<void()> m_run;
    QTimer m_timer;
};

} // namespace canto::widgets
