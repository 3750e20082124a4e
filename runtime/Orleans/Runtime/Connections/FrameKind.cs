namespace Orleans.Runtime.Connections;

/// <summary>What a frame carries.</summary>
internal enum FrameKind : byte
{
    Hello = 1,
    Welcome = 2,
    Refusal = 3,
    Call = 4,
    Result = 5,
    Failure = 6,
    Cancel = 7,

    /// <summary>No new calls on this connection; those under way are answered.</summary>
    Goodbye = 8,
}
