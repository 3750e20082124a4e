namespace Engine.Interop.Tests;

/// <summary>grpcio for Python, on gRPC's C core.</summary>
public sealed class PythonClientTests(PythonClientTests.Fixture fixture)
    : ClientScenarios(fixture), IClassFixture<PythonClientTests.Fixture>
{
    public sealed class Fixture : ClientFixture
    {
        protected override async Task<(string Program, Func<string, string[]> Arguments)> PrepareAsync()
        {
            await Toolchains.GeneratePythonAsync(Scratch);
            return (Toolchains.Python, target => [Repository.File("tests", "Interop", "python", "client.py"), target, Scratch]);
        }
    }
}
