#pragma once

#include <QTimer>
#include <QWidget>
#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace canto::widgets {

/// A line above the content that says what happened and what to do, without stopping anyone.
/// The newest message wins; information goes by itself after 8 s, warnings and errors stay.
class MessageBar : public QWidget {
    Q_OBJECT

  public:
    enum class Kind { Information, Warning, Error };
    Q_ENUM(Kind)

    explicit MessageBar(QWidget* parent = nullptr);

    Kind kind() const { return m_kind; }
    QString text() const;

    /// @param hint    what to do; may be empty.
    /// @param action  text of a button; none when empty.
    /// @param run     called when the button is pressed; the bar closes.
    void show(Kind kind, const QString& text, const QString& hint = {}, const QString& action = {},
              std::function<void()> run = {});

  public Q_SLOTS:
    void dismiss();

  Q_SIGNALS:
    void dismissed();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void setIcons();

    Kind m_kind = Kind::Information;
    QLabel *m_icon, *m_text, *m_hint;
    QPushButton* m_action;
    QToolButton* m_close;
    std::function<void()> m_run;
    QTimer m_timer;
};

} // namespace canto::widgets
