namespace Engine.Grains.Tests.Support;

/// <summary>How an append fails.</summary>
internal enum Fault
{
    None,

    /// <summary>Nothing is written, as when the process dies before the commit.</summary>
    BeforeWrite,

    /// <summary>The row is written but nobody is told, as when the process dies before the reply.</summary>
    AfterWrite,
}
