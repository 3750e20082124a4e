using System.Data.Common;
using System.Reflection;

namespace Orleans.Runtime.AdoNet;

/// <summary>A database that options name by a provider's invariant name and a connection string, as the official providers do.</summary>
/// <remarks>
/// The provider's assembly is the application's: it is loaded by name, so that this runtime depends on no driver. Errors about the
/// connection string say nothing of its content, since what looks like an unknown keyword may be half a password.
/// </remarks>
internal sealed class AdoNetDatabase
{
    private const string Npgsql = "Npgsql";
    private readonly DbProviderFactory _factory;
    private readonly string _connectionString;

    private AdoNetDatabase(DbProviderFactory factory, string connectionString)
    {
        _factory = factory;
        _connectionString = connectionString;
    }

    /// <param name="owner">Whose options these are, for errors.</param>
    /// <exception cref="OrleansConfigurationException">The provider is unknown or absent, or the connection string is malformed.</exception>
    public static AdoNetDatabase Of(string owner, string? invariant, string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new OrleansConfigurationException($"{owner}.ConnectionString must not be empty.");
        if (invariant != Npgsql)
            throw new OrleansConfigurationException($"{owner}.Invariant is '{invariant}'; this runtime knows '{Npgsql}' only.");
        var database = new AdoNetDatabase(Load(owner), connectionString);
        if (!database.IsWellFormed())
            throw new OrleansConfigurationException($"{owner}.ConnectionString is not understood by '{invariant}'.");
        return database;
    }

    /// <summary>The same database, reached with other settings; they win over those given.</summary>
    public AdoNetDatabase With(params IEnumerable<(string Keyword, object Value)> settings)
    {
        var builder = Builder();
        foreach (var (keyword, value) in settings)
            builder[keyword] = value;
        return new AdoNetDatabase(_factory, builder.ConnectionString);
    }

    /// <summary>A connection that is not open yet.</summary>
    public DbConnection Connect()
    {
        var connection = _factory.CreateConnection()!;
        connection.ConnectionString = _connectionString;
        return connection;
    }

    private static DbProviderFactory Load(string owner)
    {
        if (DbProviderFactories.TryGetFactory(Npgsql, out var registered))
            return registered;
        try
        {
            return (DbProviderFactory)Assembly.Load(Npgsql).GetType("Npgsql.NpgsqlFactory", throwOnError: true)!
                .GetField("Instance", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        }
        catch (Exception error) when (error is FileNotFoundException or FileLoadException or TypeLoadException)
        {
            throw new OrleansConfigurationException($"{owner}.Invariant is '{Npgsql}', but the application has no assembly of that name.", error);
        }
    }

    private bool IsWellFormed()
    {
        try
        {
            Builder();
            return true;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return false;
        }
    }

    private DbConnectionStringBuilder Builder()
    {
        var builder = _factory.CreateConnectionStringBuilder()!;
        builder.ConnectionString = _connectionString;
        return builder;
    }
}
