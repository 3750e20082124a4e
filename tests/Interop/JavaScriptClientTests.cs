namespace Engine.Interop.Tests;

/// <summary>@grpc/grpc-js.</summary>
public sealed class JavaScriptClientTests(JavaScriptClientTests.Fixture fixture)
    : ClientScenarios(fixture), IClassFixture<JavaScriptClientTests.Fixture>
{
    public sealed class Fixture : ClientFixture
    {
        protected override async Task<(string Program, Func<string, string[]> Arguments)> PrepareAsync()
        {
            await Toolchains.RequireNodeAsync();
            return ("node", target => [Repository.File("tests", "Interop", "js", "client.js"), target, Repository.File("protos")]);
        }
    }
}
