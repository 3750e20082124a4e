using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Engine.Api.Hosting;

/// <summary>Marks calls that reached the interceptor: their errors are mapped there.</summary>
internal static class Reached
{
    private static readonly object Place = new();

    public static void Mark(ServerCallContext context) => context.GetHttpContext().Items[Place] = Place;

    public static bool IsMarked(HttpContext context) => context.Items.ContainsKey(Place);
}
