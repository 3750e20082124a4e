namespace Engine.LoadTests.Processes;

/// <summary>The dotnet command to start other programs with: the one this program runs on, where that is known.</summary>
internal static class DotnetHost
{
    public static string Path
    {
        get
        {
            if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host) return host;
            return Environment.ProcessPath is { } path && System.IO.Path.GetFileNameWithoutExtension(path) == "dotnet"
                ? path
                : "dotnet";
        }
    }
}
