using Engine.Runtime.Orleans.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Engine.Runtime.Orleans.Tests.Calls;

[Collection(nameof(CopyingTests))]
public sealed class CopyingTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly ICallGrain _grain = fixture.Grains.GetGrain<ICallGrain>(Guid.NewGuid().ToString("N"));

    [Behaviour(Docs.Copying)]
    public async Task A_parameter_is_copied()
    {
        var message = CallGrain.LastPassed = new StringValue { Value = "before" };
        Assert.False(await _grain.KeepCopied(message).Within());
        message.Value = "after";
        Assert.Equal("before", await _grain.KeptValue().Within());
    }

    [Behaviour(Docs.Copying)]
    public async Task An_immutable_parameter_is_the_same_object()
    {
        Assert.True(await _grain.KeepImmutable(CallGrain.LastPassed = new StringValue { Value = "same" }).Within());
    }

    [Behaviour(Docs.Copying)]
    public async Task A_result_is_copied()
    {
        await _grain.KeepImmutable(new StringValue { Value = "kept" }).Within();
        var returned = await _grain.ReturnKept().Within();
        Assert.Equal("kept", returned.Value);
        Assert.NotSame(CallGrain.LastReturned, returned);
        returned.Value = "changed";
        Assert.Equal("kept", await _grain.KeptValue().Within());
    }

    [Behaviour(Docs.Copying)]
    public async Task A_result_wrapped_as_immutable_is_the_same_object()
    {
        await _grain.KeepImmutable(new StringValue { Value = "kept" }).Within();
        var returned = await _grain.ReturnKeptImmutable().Within();
        Assert.Same(CallGrain.LastReturned, returned.Value);
    }

    [Behaviour(Docs.Copying)]
    public async Task The_elements_of_a_list_are_copied()
    {
        var sent = new List<StringValue> { new() { Value = "a" }, new() { Value = "b" } };
        var echoed = await _grain.EchoList(sent).Within();
        Assert.Equal(sent, echoed);
        Assert.NotSame(sent[0], echoed[0]);
    }

    [Behaviour(Docs.Serialization)]
    public async Task Null_messages_pass() => Assert.Null(await _grain.EchoNull(null).Within());

    [Behaviour(Docs.Serialization)]
    public async Task Tuples_and_spans_pass() =>
        Assert.Equal((1, null, TimeSpan.FromDays(3)), await _grain.EchoTuple((1, null, TimeSpan.FromDays(3))).Within());

    [Behaviour(Docs.Serialization)]
    public async Task Dictionaries_and_arrays_are_copied()
    {
        var map = new Dictionary<string, int[]> { ["a"] = [1, 2] };
        var echoed = await _grain.EchoMap(map).Within();
        Assert.Equal(map["a"], echoed["a"]);
        Assert.NotSame(map["a"], echoed["a"]);
    }

    [Behaviour(Docs.Serialization)]
    public async Task A_value_passed_as_object_is_copied_by_its_own_type()
    {
        var sent = new StringValue { Value = "x" };
        var echoed = await _grain.EchoObject(sent).Within();
        Assert.Equal(sent, echoed);
        Assert.NotSame(sent, echoed);
    }

    [Behaviour(Docs.Serialization)]
    public async Task A_marked_type_is_copied_by_its_numbered_members()
    {
        var echoed = await _grain.EchoNote(new Note { Text = "t", Numbers = [1, 2], Unnumbered = "stays" }).Within();
        Assert.Equal("t", echoed.Text);
        Assert.Equal([1, 2], echoed.Numbers);
        Assert.NotEqual("stays", echoed.Unnumbered);
    }

    [Behaviour(Docs.Serialization)]
    public async Task A_type_without_a_codec_is_refused() =>
        await Assert.ThrowsAsync<CodecNotFoundException>(() => _grain.Unsupported(new NoCodec()).Within());

    [Behaviour(Docs.Serialization)]
    public async Task Protobuf_needs_its_serializer()
    {
        await using var silo = await TestSilo.Start(static builder =>
            builder.Services.Remove(builder.Services.Last(static service =>
                service.ImplementationType?.Name == "ProtobufCodecs")));
        await Assert.ThrowsAsync<CodecNotFoundException>(() =>
            silo.Grains.GetGrain<ICallGrain>("x").KeepCopied(new StringValue()).Within());
    }

    [Behaviour(Docs.Grains)]
    public async Task Methods_may_return_value_tasks()
    {
        Assert.Equal(5, await _grain.Add(2, 3));
        await _grain.Nothing();
    }

    [Behaviour(Docs.Grains)]
    public async Task Methods_may_be_overloaded_and_generic()
    {
        Assert.Equal("number", await _grain.Overload(1).Within());
        Assert.Equal("text", await _grain.Overload("1").Within());
        Assert.Equal(7, await _grain.Generic(7).Within());
        Assert.Equal("x", await _grain.Generic("x").Within());
    }

    [Behaviour(Docs.References)]
    public async Task A_reference_can_be_passed_and_called()
    {
        var other = fixture.Grains.GetGrain<ICallGrain>("other");
        Assert.Equal("other", await _grain.CallVia(other).Within());
        Assert.Equal(_grain, await _grain.Self().Within());
    }
}
