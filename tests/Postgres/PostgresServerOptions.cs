namespace Engine.Testing.Postgres;

/// <summary>How a server for tests and measurements is set up.</summary>
public sealed record PostgresServerOptions
{
    /// <summary>Lines of postgresql.conf, <c>name = value</c>, over the defaults.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Loopback port, or 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Where it listens.</summary>
    /// <value>Default: 127.0.0.1.</value>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>A network, as <c>address/bits</c>, from which everybody is let in besides this machine; null: none.</summary>
    public string? TrustedNetwork { get; init; }

    /// <summary>How long it may take to begin or to end.</summary>
    /// <value>Default: 5 min, so that a slow machine does not matter.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);
}
