#include "app/manual.h"

#include <fmt/format.h>

#include "app/commands.h"

namespace ricochet {
namespace {

// `text` as roff shows it: a backslash begins an escape, a dash would become a
// hyphen, and a line that begins with a dot or a quote is a request.
std::string Roff(std::string_view text) {
  std::string roff;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && (c == '.' || c == '\'')) roff += "\\&";
    if (c == '\\') {
      roff += "\\e";
    } else if (c == '-') {
      roff += "\\-";
    } else {
      roff += c;
    }
    at_start = c == '\n';
  }
  return roff;
}

std::string Bold(std::string_view text) { return "\\fB" + Roff(text) + "\\fR"; }

std::string Value(const CommandValue& value) {
  return "\\fI" + Roff(value.name) + "\\fR";
}

std::string ArgumentText(const CommandOption& argument) {
  std::string text = Value(argument.value);
  if (argument.repeated) text += " ...";
  return argument.required ? text : "[" + text + "]";
}

std::string OptionText(const CommandOption& option) {
  std::string text;
  for (const std::string& name : option.names) {
    text += (text.empty() ? "" : ", ") + Bold(name);
  }
  if (option.value.kind == CommandValue::Kind::kNone) return text;
  return text + " " + Value(option.value);
}

std::string Tagged(const std::string& tag, std::string_view text) {
  return fmt::format(".TP\n{}\n{}\n", tag, Roff(text));
}

// All that help says of a command, but for the option that shows it.
std::string Section(const CommandEntry& command) {
  std::string text = fmt::format(".SS {}\n", Bold("ricochet " + command.path));
  text += Roff(command.description) + ".\n";
  for (const CommandOption& argument : command.arguments) {
    text += Tagged(ArgumentText(argument), argument.description);
  }
  for (const CommandOption& option : command.options) {
    if (option.names.back() == "--help") continue;
    text += Tagged(OptionText(option),
                   option.description + (option.required ? " (needed)" : ""));
  }
  if (!command.footer.empty()) {
    text += ".PP\n.nf\n" + Roff(command.footer) + "\n.fi\n";
  }
  return text;
}

// A line for each command that does something.
std::string Synopsis(const CommandTable& table) {
  std::string text;
  for (const CommandEntry& command : table) {
    if (!command.children.empty()) continue;
    if (!text.empty()) text += ".br\n";
    text += Bold("ricochet " + command.path) + " [OPTIONS]";
    for (const CommandOption& argument : command.arguments) {
      text += " " + ArgumentText(argument);
    }
    text += "\n";
  }
  return text;
}

std::string ExitStatus() {
  return ".SH EXIT STATUS\n" +
         Tagged(Bold(std::to_string(kExitOk)), "All went well.") +
         Tagged(Bold(std::to_string(kExitFailed)),
                "Something went wrong while running.") +
         Tagged(Bold(std::to_string(kExitUsage)),
                "The command line, the configuration or the rules are not in "
                "order.");
}

}  // namespace

std::string ManualPage(const CommandTable& table, std::string_view version) {
  const CommandEntry& program = table.front();
  std::string text = fmt::format(
      ".TH RICOCHET 1 \"\" \"ricochet {}\" \"User Commands\"\n"
      ".SH NAME\nricochet \\- says what mail servers answered, and what it "
      "means\n.SH SYNOPSIS\n",
      version);
  text += Synopsis(table);
  text += ".SH DESCRIPTION\n" + Roff(program.description) + "\n";
  for (const CommandOption& option : program.options) {
    text += Tagged(OptionText(option), option.description);
  }
  text += ".SH COMMANDS\n";
  for (const CommandEntry& command : table) {
    if (!command.path.empty() && command.children.empty()) {
      text += Section(command);
    }
  }
  return text + ExitStatus();
}

}  // namespace ricochet
