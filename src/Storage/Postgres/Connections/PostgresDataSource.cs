using Npgsql;

namespace Engine.Storage.Postgres.Connections;

/// <summary>Makes data sources as Engine needs them.</summary>
internal static class PostgresDataSource
{
    /// <param name="connectionsMax">The size of the pool; null: none.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read. Says nothing of what is in it.</exception>
    public static NpgsqlDataSource Create(PostgresStorageOptions options, int? connectionsMax)
    {
        ArgumentNullException.ThrowIfNull(options);
        var source = new NpgsqlDataSourceBuilder(Complete(options, connectionsMax).ConnectionString)
        {
            // Stands in metrics; otherwise the connection string would.
            Name = "engine",
        };
        source.UsePhysicalConnectionInitializer(
            connection => Prepare(connection).ExecuteNonQuery(), connection => Prepare(connection).ExecuteNonQueryAsync());
        return source.Build();
    }

    /// <exception cref="ArgumentException">The connection string cannot be read. Says nothing of what is in it.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            // Npgsql quotes what it cannot read, and a badly quoted password spills into just that.
            throw new ArgumentException(
                "The PostgreSQL connection string cannot be read. It has the form Host=...;Database=...;Username=...;Password=...; "
                + "a value with a semicolon or a quote is put in quotes.");
        }
    }

    private static NpgsqlConnectionStringBuilder Complete(PostgresStorageOptions options, int? connectionsMax)
    {
        var settings = Parse(options.ConnectionString);
        settings.Pooling = connectionsMax is not null;
        if (connectionsMax is { } max) (settings.MaxPoolSize, settings.MinPoolSize) = (max, Math.Min(settings.MinPoolSize, max));
        // Sessions keep their settings: nothing ever changes them after the connection was made.
        settings.NoResetOnClose = true;
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        settings.Multiplexing = false;
        Default(settings, "Application Name", s => s.ApplicationName = "engine");
        Default(settings, "Max Auto Prepare", s => s.MaxAutoPrepare = 128);
        Default(settings, "Auto Prepare Min Usages", s => s.AutoPrepareMinUsages = 2);
        Default(settings, "Timeout", s => s.Timeout = 5);
        Default(settings, "Command Timeout", s => s.CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds));
        Default(settings, "Cancellation Timeout", s => s.CancellationTimeout = 500);
        // A server that vanished without a word is noticed while a connection is idle.
        Default(settings, "Tcp Keepalive", s => (s.TcpKeepAlive, s.TcpKeepAliveTime, s.TcpKeepAliveInterval) = (true, 10, 2));
        return settings;
    }

    private static void Default(
        NpgsqlConnectionStringBuilder settings, string keyword, Action<NpgsqlConnectionStringBuilder> set)
    {
        if (!settings.ContainsKey(keyword)) set(settings);
    }

    /// <summary>
    /// Durability is the session's, so that no default of the server's weakens it; what is stronger stays. Compiling a plan
    /// to machine code never pays for statements like these.
    /// </summary>
    private static NpgsqlCommand Prepare(NpgsqlConnection connection) => new(
        """
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
        SELECT set_config('jit', 'off', false)
        """,
        connection);
}
