using System.ComponentModel.DataAnnotations;

namespace Engine.Storage.Postgres.Time;

/// <summary>How the engine's clock follows the database's.</summary>
public sealed class DatabaseClockOptions
{
    /// <summary>How often the two are compared.</summary>
    /// <value>The default is 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Comparisons that took longer there and back say too little and are not used.</summary>
    /// <value>The default is 500 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RoundTripMax { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the start waits for a database that cannot be reached.</summary>
    /// <value>The default is 60 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StartWaitMax { get; set; } = TimeSpan.FromSeconds(60);
}
