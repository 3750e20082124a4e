namespace Orleans.Runtime.Generated;

/// <summary>How far a call has come where it runs.</summary>
internal enum CallStage : byte
{
    Waiting = 0,
    Running = 1,
    Cancelled = 2,
    Ended = 3,
}
