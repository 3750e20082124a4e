namespace Engine.Silo.Configuration;

/// <summary>One thing an operator can set, under one name in three spellings.</summary>
/// <param name="Name">As an argument, for example <c>clock-speed</c>.</param>
/// <param name="Value">What stands for the value in the help; empty for a switch.</param>
/// <param name="Help">One or two lines.</param>
/// <param name="Property">The property of <see cref="EngineOptions"/> that it sets.</param>
/// <param name="Sources">Where it may stand.</param>
/// <param name="Apply">Sets the value, or says why the text cannot be one.</param>
internal sealed record Setting(
    string Name, string Value, string Help, string Property, SettingSources Sources, Func<EngineOptions, string, string?> Apply)
{
    public bool IsSwitch => Value.Length == 0;

    public string Argument => $"--{Name}";

    public string Variable => "ENGINE_" + Name.Replace('-', '_').ToUpperInvariant();

    public string Key { get; } = string.Concat(
        Name.Split('-').Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
