using System.Globalization;
using Engine.Grains.Keys;
using Engine.Silo.Configuration;
using Engine.Storage.Postgres;

namespace Engine.Silo.Hosting;

/// <summary>
/// What a process needs to know of the installation it becomes a part of, found out before anything is started: the master
/// key, and in a cluster whether it is everybody's; the operator's key; how fast time runs.
/// </summary>
/// <remarks>
/// Many processes may start at once on an empty database. Each of them proposes its own values, and the database keeps those
/// of the first; a process that then finds itself different from the others does not start.
/// </remarks>
internal sealed class Installation
{
    private const string MarkName = "master-mark";
    private const string ClockName = "clock";
    private const string FirstStartName = "first-start";

    private readonly EngineOptions _options;

    private Installation(EngineOptions options, MasterKey key, string? keyFile, bool keyCreated, ScaledClockOrigin? clock)
    {
        _options = options;
        MasterKey = key;
        MasterKeyFile = keyFile;
        MasterKeyCreated = keyCreated;
        OperatorKey = Hosting.OperatorKey.Of(options, key);
        Clock = clock;
    }

    public MasterKey MasterKey { get; }

    /// <summary>Null when the master key came from the environment.</summary>
    public string? MasterKeyFile { get; }

    public bool MasterKeyCreated { get; }

    public string OperatorKey { get; }

    /// <summary>Since when a cluster's clock has run at another speed than real time; null when it does not.</summary>
    public ScaledClockOrigin? Clock { get; }

    /// <exception cref="StartException">The operator can mend what is wrong.</exception>
    public static async Task<Installation> OpenAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        DataDirectory.Create(options.DataDirectory);
        var isFirst = !File.Exists(Path.Combine(options.DataDirectory, MasterKeyMark.FileName));
        var installation = options.IsCluster
            ? await OpenClusterAsync(options, cancellationToken)
            : OpenFiles(options);
        Hosting.OperatorKey.WriteFile(options, installation.OperatorKey, isFirst);
        return installation;
    }

    /// <summary>
    /// Whether this process is the one that shows the first administrator's key. In a cluster that is the first to ask:
    /// a key in the files of every process would be a key in too many places.
    /// </summary>
    public async Task<bool> ClaimFirstStartAsync(CancellationToken cancellationToken)
    {
        if (!_options.IsCluster)
            return true;
        await using var database = await PostgresInstallation.OpenAsync(_options.Postgres, cancellationToken);
        var me = Guid.NewGuid().ToString("N");
        return await database.AgreeAsync(FirstStartName, me, cancellationToken) == me;
    }

    private static Installation OpenFiles(EngineOptions options)
    {
        var directory = Path.GetFullPath(options.DataDirectory);
        var (key, file, created) = MasterKeySource.Open(options, directory, DataDirectory.HasData(options.DataDirectory));
        MasterKeyMark.Check(options.DataDirectory, key);
        return new Installation(options, key, file, created, null);
    }

    private static async Task<Installation> OpenClusterAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        const string place = "the database";
        await using var database = await PostgresInstallation.OpenAsync(options.Postgres, cancellationToken);
        var mark = await database.ReadAsync(MarkName, cancellationToken);
        var (key, file, created) = MasterKeySource.Open(options, place, hasData: mark is not null);
        mark = await database.AgreeAsync(MarkName, MasterKeyMark.Of(key), cancellationToken);
        MasterKeyMark.Compare(mark, key, place);
        MasterKeyMark.Check(options.DataDirectory, key);
        return new Installation(options, key, file, created, await AgreeOnClockAsync(database, options, cancellationToken));
    }

    // Silos that disagreed on the time would disagree on every deadline, so its speed is fixed with the first start.
    private static async Task<ScaledClockOrigin?> AgreeOnClockAsync(
        PostgresInstallation database, EngineOptions options, CancellationToken cancellationToken)
    {
        var now = await database.ReadTimeAsync(cancellationToken);
        var proposed = string.Create(CultureInfo.InvariantCulture, $"{options.ClockSpeed:R} {now:O}");
        var agreed = (await database.AgreeAsync(ClockName, proposed, cancellationToken)).Split(' ');
        var speed = double.Parse(agreed[0], CultureInfo.InvariantCulture);
        if (speed != options.ClockSpeed)
        {
            throw new StartException($"Time in the database runs at {agreed[0]} times real time since its first start; "
                + $"start with --clock-speed {agreed[0]}, or on another database.");
        }

        return speed == 1 ? null : new ScaledClockOrigin(DateTimeOffset.Parse(agreed[1], CultureInfo.InvariantCulture), speed);
    }
}
