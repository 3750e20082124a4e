namespace Engine.LoadTests.CommandLine;

/// <summary>One command of the program.</summary>
/// <param name="Name">One or two words.</param>
/// <param name="Summary">One line for the list of commands; null hides the command there.</param>
/// <param name="Details">Paragraphs for the command's own help.</param>
/// <param name="Options">What it understands besides <c>--help</c>.</param>
/// <param name="RunAsync">Does it; answers an <see cref="ExitCode"/>.</param>
internal sealed record Command(
    string Name,
    string? Summary,
    string Details,
    IReadOnlyList<OptionSpec> Options,
    Func<Arguments, CancellationToken, Task<int>> RunAsync);
