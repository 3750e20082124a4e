namespace Engine.Silo.Configuration;

/// <summary>How log entries are written to the console.</summary>
public enum LogFormat
{
    /// <summary>One line for people.</summary>
    Simple,

    /// <summary>One JSON object a line.</summary>
    Json,
}
