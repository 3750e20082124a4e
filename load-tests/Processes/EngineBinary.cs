using System.Diagnostics;

namespace Engine.LoadTests.Processes;

/// <summary>Where the engine's program lies, built when it is not given.</summary>
internal static class EngineBinary
{
    private const string FileName = "engine.dll";

    /// <summary>
    /// The engine of the same build as this program: <c>artifacts/RUNTIME/bin/Silo/release/engine.dll</c>. Built first, which
    /// takes a few seconds when nothing has changed, so that never an old engine is measured.
    /// </summary>
    /// <exception cref="EngineFailedException">It cannot be built.</exception>
    public static async Task<string> BuildAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        var root = RepositoryRoot.Find();
        var artifacts = Path.Combine(root, "artifacts");
        var relative = Path.GetRelativePath(artifacts, AppContext.BaseDirectory);
        var runtime = relative.Split(Path.DirectorySeparatorChar)[0];
        if (runtime is ".." or ".")
            throw new EngineFailedException($"This program does not lie in {artifacts}; name an engine with --engine.");

        await progress.WriteLineAsync("Building the engine (src/Silo, Release).");
        var start = new ProcessStartInfo(DotnetHost.Path)
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "build", Path.Combine(root, "src", "Silo", "Silo.csproj"), "-c", "Release", "-v", "q", "--nologo",
                $"-p:EngineRuntime={runtime}",
            },
        };
        // Set by 'dotnet run' for this program; the engine's build must not inherit it.
        start.Environment.Remove("MSBUILD_EXE_PATH");
        using var process = Process.Start(start) ?? throw new EngineFailedException("dotnet cannot be started.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new EngineFailedException($"The engine cannot be built:{Environment.NewLine}{await output}{await error}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var path = Path.Combine(artifacts, runtime, "bin", "Silo", "release", FileName);
        return File.Exists(path) ? path : throw new EngineFailedException($"The build did not make {path}.");
    }
}
