using Engine.Silo.Configuration;

namespace Engine.Silo.CommandLine;

/// <summary>What <c>engine --help</c> prints.</summary>
internal static class HelpText
{
    public static void Write(TextWriter output)
    {
        output.WriteLine(
            """
            Engine, a conversation engine for e-commerce customer messaging.

            Usage:
              engine [run] [options]           Start the engine: silo, gRPC API and store.
              engine demo                      Play a shop's morning on a temporary store, through the API.
              engine status [client options]   Show what a running engine or cluster is doing.
              engine drain [client options]    Tell one running process to leave its cluster and end.
              engine migrate [options]         Bring the store to this version's schema, and end.
              engine call METHOD [JSON] [client options]
                                               Call the API: engine call CustomerService/ListCustomers '{}'
                                               Prints JSON. A missing requestId is filled in. JSON "-": from standard input.
              engine --help | --version

            Client options:
              --target URL                     The engine to talk to. Default: http://127.0.0.1:5050.
              --key KEY                        An API key. Better in ENGINE_KEY, which other users of the machine cannot see.
              --key-file FILE                  A file that holds one. Default: engine-data/admin.key.
              --operator-key-file FILE         The operator's key, for the cluster itself. Default: engine-data/operator.key.
                                               ENGINE_OPERATOR_KEY

            Options of run:
              --config FILE                    Settings as JSON. Default: engine.json in the data directory. ENGINE_CONFIG
            """);
        foreach (var setting in EngineSettings.All.Where(setting => !EngineSettings.IsLimit(setting)))
        {
            var argument = setting.Sources.HasFlag(SettingSources.Arguments) ? $"{setting.Argument} {setting.Value}" : "";
            var variable = setting.Sources.HasFlag(SettingSources.Environment) ? setting.Variable : "";
            output.WriteLine($"  {argument,-32} {setting.Help} {variable}".TrimEnd());
        }

        output.WriteLine();
        output.WriteLine("Limits (each also ENGINE_..., and in the file; docs/operating.md says what they mean):");
        foreach (var setting in EngineSettings.All.Where(EngineSettings.IsLimit))
            output.WriteLine($"  {$"{setting.Argument} {setting.Value}",-32} {setting.Help}");

        output.WriteLine(
            """

            An argument wins over the environment, the environment over the file. In the file the names are written
            likeThis: {"listen": "127.0.0.1:5050", "drainTimeout": 30}.
            Exit codes: 0 done, 1 failed, 2 wrong arguments or settings.
            """);
    }
}
