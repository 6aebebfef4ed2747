import numpy as np
import pytest

from mvae.ui.views.charts import bars_chart, curves_chart, heat_chart


def test_curves_have_their_values_and_their_names_at_their_ends():
    curves = {"farsi": [90.0, 95.0, 97.5], "speech": [92.0, 99.0, 99.9]}
    figure = curves_chart([1, 2, 3], curves, x_title="Epoch", y_title="Accuracy, %")
    assert {trace.name: list(trace.y) for trace in figure.data} == curves
    ends = [note.text.split("</span> ")[1] for note in figure.layout.annotations]
    assert ends == ["farsi <b>97.5</b>", "speech <b>99.9</b>"]
    for trace, note in zip(figure.data, figure.layout.annotations, strict=True):
        assert trace.line.color in note.text
    assert len({(trace.line.color, trace.line.dash) for trace in figure.data}) == 2
    low, high = figure.layout.yaxis.range
    assert low < 90
    assert high > 99.9


def test_names_of_curves_that_end_together_stay_inside_do_not_overlap_and_keep_their_order():
    ends = dict(zip("abcdefg", (99.9, 99.8, 99.95, 97.0, 99.7, 99.99, 60.0), strict=True))
    figure = curves_chart(
        [1, 2], {name: [50.0, end] for name, end in ends.items()}, x_title="Epoch", y_title="%", height=380
    )
    places = sorted(figure.layout.annotations, key=lambda note: note.y)
    low, high = figure.layout.yaxis.range
    pixels = np.array([note.y for note in places]) * (380 - 60) / (high - low)
    assert (np.diff(pixels) >= 18).all()
    assert low <= places[0].y < places[-1].y <= high
    assert [note.text.split("</span> ")[1][0] for note in places] == sorted(ends, key=ends.get)
    assert places[0].y == pytest.approx(60.0)


def test_a_curve_that_ends_below_the_range_has_its_name_at_the_edge():
    figure = curves_chart([1, 2], {"a": [1.0, 2.0]}, x_title="Epoch", y_title="%", y_range=(90.0, 100.0))
    assert figure.layout.annotations[0].y == 90.0
    assert tuple(figure.layout.yaxis.range) == (90.0, 100.0)


def test_one_epoch_is_drawn_as_points():
    figure = curves_chart([1], {"loss": [3.0]}, x_title="Epoch", y_title="Loss")
    assert figure.data[0].mode == "markers"
    low, high = figure.layout.yaxis.range
    assert low < 3 < high


def test_points_can_have_names():
    figure = curves_chart(range(2), {"a": [1.0, 2.0]}, x_title="Share", x_names=["1 %", "10 %"], y_title="%")
    assert figure.layout.xaxis.tickvals == (0, 1)
    assert figure.layout.xaxis.ticktext == ("1 %", "10 %")


def test_curves_can_have_looks_of_their_own():
    looks = [("#112233", "dot"), ("#445566", "solid")]
    figure = curves_chart([1, 2], {"a": [1.0, 2.0], "b": [2.0, 1.0]}, x_title="x", y_title="y", looks=looks)
    assert [(trace.line.color, trace.line.dash) for trace in figure.data] == looks


def test_bars_of_a_group_differ_in_their_pattern_too():
    bars = {str(index): [1.0] for index in range(7)}
    patterns = [
        trace.marker.pattern.shape for trace in bars_chart(["a"], bars, y_title="%", y_range=(0, 2)).data
    ]
    assert len(set(patterns)) == 7
    assert patterns[0] == ""


def test_bars_have_their_values_above_them_and_a_legend_where_there_are_several():
    bars = {"one": [90.0, 95.5], "two": [80.0, 99.0]}
    figure = bars_chart(["a", "b"], bars, y_title="%", y_range=(0, 110), decimals=2)
    assert {trace.name: list(trace.y) for trace in figure.data} == bars
    assert all(list(trace.x) == ["a", "b"] for trace in figure.data)
    assert all(trace.texttemplate == "%{y:,.2f}" for trace in figure.data)
    assert len({trace.marker.color for trace in figure.data}) == 2
    assert len({trace.marker.pattern.shape for trace in figure.data}) == 2
    assert tuple(figure.layout.yaxis.range) == (0, 110)
    assert figure.layout.showlegend
    assert not bars_chart(["a"], {"one": [1.0]}, y_title="%", y_range=(0, 2)).layout.showlegend


def test_a_heat_map_keeps_the_order_of_rows_and_columns_and_begins_at_nothing():
    figure = heat_chart(
        ["13", "2"], {"Label": [0.5, 0.0], "Farsi": [0.25, 0.1]}, x_title="Index", colour_title="E"
    )
    (heat,) = figure.data
    assert (list(heat.x), list(heat.y)) == (["13", "2"], ["Label", "Farsi"])
    assert [list(row) for row in heat.z] == [[0.5, 0.0], [0.25, 0.1]]
    assert heat.zmin == 0
    assert heat.colorscale[0][1].endswith(",0)")  # transparent
    assert figure.layout.xaxis.type == "category"  # 13 stays left of 2
    assert figure.layout.yaxis.autorange == "reversed"


def test_charts_let_the_page_shine_through_and_do_not_catch_the_mouse():
    figure = curves_chart([1, 2], {"loss": [2.0, 1.0]}, x_title="Epoch", y_title="Loss")
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.dragmode is False
    assert figure.layout.xaxis.fixedrange
    assert figure.layout.yaxis.fixedrange
    assert not figure.layout.showlegend
