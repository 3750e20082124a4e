using Engine.Grains.Keys;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Journal;

/// <summary>What every journaled grain needs, in one injectable.</summary>
public sealed partial class JournaledGrainContext(IJournal journal, KeyVault vault, EngineClock clock, ILogger<JournaledGrainContext> logger)
{
    public IJournal Journal { get; } = journal;

    public KeyVault Vault { get; } = vault;

    public EngineClock Clock { get; } = clock;

    internal void OnFenceLost(StreamName stream) => LogFenceLost(stream.Kind);

    internal void OnSnapshotFailed(StreamName stream, Exception exception) => LogSnapshotFailed(exception, stream.Kind);

    internal void OnReleaseFailed(StreamName stream, Exception exception) => LogReleaseFailed(exception, stream.Kind);

    internal void OnAfterthoughtFailed(StreamName stream, Exception exception) => LogAfterthoughtFailed(exception, stream.Kind);

    [LoggerMessage(1001, LogLevel.Warning, "A {Kind} dropped what was pending: another activation wrote first, or the store failed.")]
    private partial void LogFenceLost(string kind);

    [LoggerMessage(1002, LogLevel.Warning, "A snapshot of a {Kind} could not be stored.")]
    private partial void LogSnapshotFailed(Exception exception, string kind);

    [LoggerMessage(1003, LogLevel.Warning, "A {Kind} could not give up addresses; tried again at its next activation.")]
    private partial void LogReleaseFailed(Exception exception, string kind);

    [LoggerMessage(1004, LogLevel.Error, "A {Kind} committed, but failed at what it does after.")]
    private partial void LogAfterthoughtFailed(Exception exception, string kind);
}
