using System.Globalization;

namespace Engine.RoutingBench;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchArguments
{
    public bool HelpWanted { get; private init; }

    public int Agents { get; private init; } = 2_000;

    public int Waiting { get; private init; } = 50_000;

    public int Matches { get; private init; } = 20_000;

    public int Rounds { get; private init; } = 5;

    public bool Grows { get; private init; } = true;

    public string? Json { get; private init; }

    public static bool TryRead(string[] words, out BenchArguments options, out string fault)
    {
        (options, fault) = (new BenchArguments(), "");
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] is "--help" or "-h")
            {
                options = options with { HelpWanted = true };
                continue;
            }

            if (words[i] == "--no-growth")
            {
                options = options with { Grows = false };
                continue;
            }

            var name = words[i];
            if (name is not ("--agents" or "--waiting" or "--matches" or "--rounds" or "--json") || ++i == words.Length)
            {
                fault = $"Unknown option, or one without its value: '{name}'.";
                return false;
            }

            if (name == "--json")
            {
                options = options with { Json = words[i] };
                continue;
            }

            var max = name switch { "--agents" => 100_000, "--rounds" => 50, _ => 1_000_000 };
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > max)
            {
                fault = $"{name} is a whole number from 1 to {max}.";
                return false;
            }

            options = name switch
            {
                "--agents" => options with { Agents = number },
                "--waiting" => options with { Waiting = number },
                "--matches" => options with { Matches = number },
                _ => options with { Rounds = number },
            };
        }

        return true;
    }
}
