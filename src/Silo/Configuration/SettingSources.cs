namespace Engine.Silo.Configuration;

/// <summary>Where a setting may stand. A later source wins over an earlier one.</summary>
[Flags]
internal enum SettingSources
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>engine.json.</summary>
    File = 1,

    /// <summary>The environment.</summary>
    Environment = 2,

    /// <summary>The command line.</summary>
    Arguments = 4,

    /// <summary>Everywhere.</summary>
    All = File | Environment | Arguments,
}
