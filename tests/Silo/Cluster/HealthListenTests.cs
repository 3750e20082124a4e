using System.Net;
using Engine.Silo.Tests.Processes;

namespace Engine.Silo.Tests.Cluster;

/// <summary>Health for probes that speak plain HTTP.</summary>
public sealed class HealthListenTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Readiness_is_503_with_the_reason_while_the_database_is_away_and_liveness_stays_200()
    {
        await using var cluster = await EngineCluster.OpenAloneAsync();
        var engine = await cluster.StartAsync("all", "--health-listen", "0");
        var health = engine.HealthAddress;
        Assert.Equal((HttpStatusCode.OK, "alive\n"), await GetAsync(health, "/healthz"));
        Assert.Equal("serving\n", await WaitForAsync(health, HttpStatusCode.OK));

        await cluster.Database.StopImmediatelyAsync();
        var away = await WaitForAsync(health, HttpStatusCode.ServiceUnavailable);
        Assert.Contains("waits for the database", away, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "alive\n"), await GetAsync(health, "/healthz"));

        await cluster.Database.StartAgainAsync();
        Assert.Equal("serving\n", await WaitForAsync(health, HttpStatusCode.OK));
        Assert.Equal(0, await engine.StopAsync());
    }

    [Fact]
    public async Task Health_port_serves_nothing_else_and_the_api_port_no_health_over_http()
    {
        await using var engine = await EngineProcess.StartAsync(_directory.File("data"), ["--health-listen", "0"]);
        var health = engine.HealthAddress;

        Assert.Equal((HttpStatusCode.OK, "alive\n"), await GetAsync(health, "/healthz"));
        Assert.Equal((HttpStatusCode.OK, "serving\n"), await GetAsync(health, "/readyz"));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(health, "/")).Code);
        foreach (var path in new[] { "/healthz", "/readyz" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(engine.Address, path))
            {
                Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var response = await _http.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        Assert.Equal(0, await engine.StopAsync());
    }

    private async Task<(HttpStatusCode Code, string Text)> GetAsync(Uri health, string path)
    {
        using var response = await _http.GetAsync(new Uri(health, path));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private Task<string> WaitForAsync(Uri health, HttpStatusCode code) => Eventually.GetAsync(async () =>
    {
        var (found, text) = await GetAsync(health, "/readyz");
        return found == code ? text : null;
    });
}
