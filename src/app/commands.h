#pragma once

namespace CLI {
class App;
}

namespace ricochet {

// Exit codes of every command.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;  // something went wrong while running
inline constexpr int kExitUsage = 2;   // the command line or the configuration

// Each adds one subcommand to `app`. When it was chosen, it runs within
// app.parse() and leaves its exit code in `status`; both must outlive that.
void AddReportCommand(CLI::App& app, int& status);
void AddClassifyCommand(CLI::App& app, int& status);
void AddExplainCommand(CLI::App& app, int& status);
void AddRulesCommand(CLI::App& app, int& status);
void AddRunCommand(CLI::App& app, int& status);
void AddTopicsCommand(CLI::App& app, int& status);
void AddConfigCommand(CLI::App& app, int& status);
void AddDemoCommand(CLI::App& app, int& status);
void AddSuppressionsCommand(CLI::App& app, int& status);
void AddDeadLettersCommand(CLI::App& app, int& status);

// These tell of `app` itself, as it is when they run.
void AddCompletionsCommand(CLI::App& app);
void AddManualCommand(CLI::App& app);

// What the program understands: all of the above, its name and its version.
void AddAllCommands(CLI::App& app, int& status);

}  // namespace ricochet
