namespace Engine.LoadTests.CommandLine;

/// <summary>An option that a command understands.</summary>
/// <param name="Name">With its dashes, for example <c>--input</c>.</param>
/// <param name="Value">What stands for the value in the help; null: a flag without a value.</param>
/// <param name="Help">One line for the user.</param>
internal sealed record OptionSpec(string Name, string? Value, string Help);
